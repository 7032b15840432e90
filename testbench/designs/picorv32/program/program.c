/*
 * Exercises a RISC-V core with the M extension: integer arithmetic of all widths, loads and stores of bytes, half words
 * and words, branches, calls and recursion. Results are printed to the word at 0x10000000, a character a store; main's
 * result goes to 0x10000004: 0, or which check failed.
 */
#include <stdint.h>

static volatile uint32_t *const console = (volatile uint32_t *)0x10000000;

static void print_text(const char *text) {
  while (*text) *console = (uint8_t)*text++;
}

static void print_number(uint32_t value) {
  char digits[10];
  int count = 0;
  do {
    digits[count++] = '0' + value % 10;
    value /= 10;
  } while (value);
  while (count) *console = (uint8_t)digits[--count];
}

static void print_hex(uint32_t value) {
  for (int shift = 28; shift >= 0; shift -= 4) *console = (uint8_t) "0123456789abcdef"[(value >> shift) & 15];
}

static void print_result(const char *name, uint32_t value) {
  print_text(name);
  *console = ' ';
  print_number(value);
  *console = '\n';
}

static uint32_t random_state;

/* G. Marsaglia, "Xorshift RNGs", 2003: the triple 13, 17, 5. */
static uint32_t random_word(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 17;
  random_state ^= random_state << 5;
  return random_state;
}

enum { limit = 2000 };
static uint8_t composite[limit];

/* The sum of the primes below the limit. */
static uint32_t primes(void) {
  uint32_t count = 0, sum = 0;
  for (uint32_t n = 2; n < limit; n++) {
    if (composite[n]) continue;
    count++;
    sum += n;
    for (uint32_t m = n * n; m < limit; m += n) composite[m] = 1;
  }
  print_result("primes", count);
  return sum;
}

enum { items = 200 };
static int16_t list[items];

static void sort(int16_t *first, int16_t *last) {
  if (first >= last) return;
  int16_t pivot = first[(last - first) / 2];
  int16_t *low = first, *high = last;
  while (low <= high) {
    while (*low < pivot) low++;
    while (*high > pivot) high--;
    if (low <= high) {
      int16_t other = *low;
      *low++ = *high;
      *high-- = other;
    }
  }
  sort(first, high);
  sort(low, last);
}

/* How many neighbours are in order after sorting, and whether the same numbers are there. */
static uint32_t sorted(void) {
  int32_t before = 0, after = 0;
  uint32_t ordered = 0;
  random_state = 2463534242u;
  for (int i = 0; i < items; i++) before += list[i] = (int16_t)random_word();
  sort(list, list + items - 1);
  for (int i = 0; i < items; i++) after += list[i];
  for (int i = 1; i < items; i++) ordered += list[i - 1] <= list[i];
  return before == after ? ordered : 0;
}

/* CRC-32 of IEEE 802.3, bit by bit. */
static uint32_t crc(const char *text) {
  uint32_t crc = ~0u;
  for (; *text; text++) {
    crc ^= (uint8_t)*text;
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
  }
  return ~crc;
}

enum { order = 10 };
static int32_t left[order][order], right[order][order], product[order][order];

/* How many elements are right in a product of a matrix and its inverse, both of determinant 1. */
static uint32_t matrices(void) {
  for (int i = 0; i < order; i++)
    for (int j = 0; j < order; j++) {
      /* Binomial coefficients: the inverse has the same with alternating signs. */
      left[i][j] = j > i ? 0 : j == 0 || j == i ? 1 : left[i - 1][j - 1] + left[i - 1][j];
      right[i][j] = (i + j) % 2 ? -left[i][j] : left[i][j];
    }
  uint32_t fine = 0;
  for (int i = 0; i < order; i++)
    for (int j = 0; j < order; j++) {
      for (int k = 0; k < order; k++) product[i][j] += left[i][k] * right[k][j];
      fine += product[i][j] == (i == j);
    }
  return fine;
}

/* Division as the instruction set defines it where C does not, and the upper half of products. */
static uint32_t arithmetic(void) {
  volatile int32_t least = INT32_MIN, minus = -1, none = 0, seven = -7, two = 2;
  int32_t result;
  uint32_t fine = 0, value;
  __asm__ volatile("div %0, %1, %2" : "=r"(result) : "r"(least), "r"(minus));
  fine += result == INT32_MIN;
  __asm__ volatile("rem %0, %1, %2" : "=r"(result) : "r"(least), "r"(minus));
  fine += result == 0;
  __asm__ volatile("div %0, %1, %2" : "=r"(result) : "r"(seven), "r"(none));
  fine += result == -1;
  __asm__ volatile("remu %0, %1, %2" : "=r"(value) : "r"(seven), "r"(none));
  fine += value == (uint32_t)-7;
  fine += seven / two == -3 && seven % two == -1;
  __asm__ volatile("divu %0, %1, %2" : "=r"(value) : "r"(seven), "r"(two));
  fine += value == 0x7ffffffcu;
  __asm__ volatile("mulh %0, %1, %2" : "=r"(result) : "r"(least), "r"(least));
  fine += result == 0x40000000;
  __asm__ volatile("mulhu %0, %1, %2" : "=r"(value) : "r"(minus), "r"(minus));
  fine += value == 0xfffffffeu;
  __asm__ volatile("mulhsu %0, %1, %2" : "=r"(result) : "r"(minus), "r"(minus));
  fine += result == -1;
  fine += seven >> 1 == -4 && (uint32_t)seven >> 28 == 15 && two << 30 == INT32_MIN;
  return fine;
}

static uint32_t ackermann(uint32_t m, uint32_t n) {
  if (m == 0) return n + 1;
  if (n == 0) return ackermann(m - 1, 1);
  return ackermann(m - 1, ackermann(m, n - 1));
}

int main(void) {
  uint32_t sum = primes();
  print_result("sum", sum);
  if (sum != 277050) return 1;
  uint32_t ordered = sorted();
  print_result("ordered", ordered);
  if (ordered != items - 1) return 2;
  uint32_t check = crc("123456789");
  print_text("crc ");
  print_hex(check);
  print_text("\n");
  if (check != 0xcbf43926u) return 3;
  uint32_t elements = matrices();
  print_result("elements", elements);
  if (elements != order * order) return 4;
  uint32_t exact = arithmetic();
  print_result("arithmetic", exact);
  if (exact != 10) return 5;
  uint32_t deep = ackermann(2, 5);
  print_result("ackermann", deep);
  if (deep != 13) return 6;
  return 0;
}
