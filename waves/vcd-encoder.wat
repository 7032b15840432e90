;; Finds what changed among the traced words, as records, and writes records as value changes of a VCD (IEEE 1364-2005,
;; 18.2). A record is an i32 and what belongs to it: the number of a slot and its words, or -1 and a time as an f64.
(module
  (import "env" "memory" (memory 1))

  ;; Traced words as they are, in pieces of 16 bytes, and as they were at the last look.
  (global $words (mut i32) (i32.const 0))
  (global $wordsEnd (mut i32) (i32.const 0))
  (global $before (mut i32) (i32.const 0))
  ;; For each traced word: below 0, the complement of its only slot; else where its list of slots begins, their count
  ;; first.
  (global $owners (mut i32) (i32.const 0))
  ;; One bit a slot: it has a word that changed. In pieces of 8 bytes.
  (global $marks (mut i32) (i32.const 0))
  (global $marksEnd (mut i32) (i32.const 0))
  ;; 32 bytes a slot, see vcd-kernel.ts.
  (global $slots (mut i32) (i32.const 0))
  (global $slotsEnd (mut i32) (i32.const 0))

  (func (export "place")
    (param $wordsAt i32) (param $wordsTo i32) (param $beforeAt i32) (param $ownersAt i32)
    (param $marksAt i32) (param $marksTo i32) (param $slotsAt i32) (param $slotsTo i32)
    (global.set $words (local.get $wordsAt))
    (global.set $wordsEnd (local.get $wordsTo))
    (global.set $before (local.get $beforeAt))
    (global.set $owners (local.get $ownersAt))
    (global.set $marks (local.get $marksAt))
    (global.set $marksEnd (local.get $marksTo))
    (global.set $slots (local.get $slotsAt))
    (global.set $slotsEnd (local.get $slotsTo)))

  ;; Marks the slots of all words that changed; says whether there is any.
  (func $scan (result i32)
    (local $at i32) (local $was i32) (local $different i32) (local $owner i32) (local $left i32) (local $mark i32)
    (local $any i32) (local $piece v128)
    (local.set $at (global.get $words))
    (local.set $was (global.get $before))
    (block $done
      (loop $pieces
        (br_if $done (i32.ge_u (local.get $at) (global.get $wordsEnd)))
        (local.set $piece (v128.load (local.get $at)))
        (local.set $different
          (i32x4.bitmask (i32x4.ne (local.get $piece) (v128.load (local.get $was)))))
        (if (local.get $different)
          (then
            (v128.store (local.get $was) (local.get $piece))
            (local.set $any (i32.const 1))
            (loop $wordsOfPiece
              ;; Owners are an i32 a word, as the words themselves.
              (local.set $owner
                (i32.load
                  (i32.add (global.get $owners)
                    (i32.add
                      (i32.sub (local.get $at) (global.get $words))
                      (i32.shl (i32.ctz (local.get $different)) (i32.const 2))))))
              (if (i32.lt_s (local.get $owner) (i32.const 0))
                (then
                  (local.set $owner (i32.xor (local.get $owner) (i32.const -1)))
                  (local.set $mark
                    (i32.add (global.get $marks)
                      (i32.shl (i32.shr_u (local.get $owner) (i32.const 5)) (i32.const 2))))
                  (i32.store (local.get $mark)
                    (i32.or (i32.load (local.get $mark)) (i32.shl (i32.const 1) (local.get $owner)))))
                (else
                  (local.set $left (i32.load (local.get $owner)))
                  (block $marked
                    (loop $marking
                      (br_if $marked (i32.eqz (local.get $left)))
                      (local.set $owner (i32.add (local.get $owner) (i32.const 4)))
                      (call $mark (i32.load (local.get $owner)))
                      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
                      (br $marking)))))
              (local.set $different
                (i32.and (local.get $different) (i32.sub (local.get $different) (i32.const 1))))
              (br_if $wordsOfPiece (local.get $different)))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (local.set $was (i32.add (local.get $was) (i32.const 16)))
        (br $pieces)))
    (local.get $any))

  (func $mark (param $slot i32)
    (local $at i32)
    (local.set $at (i32.add (global.get $marks) (i32.shl (i32.shr_u (local.get $slot) (i32.const 5)) (i32.const 2))))
    (i32.store (local.get $at)
      (i32.or (i32.load (local.get $at)) (i32.shl (i32.const 1) (local.get $slot)))))

  ;; Keeps the value of a slot of several words; says whether it is another one than before.
  (func $keep (param $slot i32) (result i32)
    (local $from i32) (local $to i32) (local $left i32) (local $word i32) (local $changed i32)
    (local.set $from (i32.load (local.get $slot)))
    (local.set $to (i32.load offset=4 (local.get $slot)))
    (local.set $left (i32.load offset=8 (local.get $slot)))
    (loop $each
      (local.set $word (i32.load (local.get $from)))
      (if (i32.eq (local.get $left) (i32.const 1))
        (then (local.set $word (i32.and (local.get $word) (i32.load offset=12 (local.get $slot))))))
      (if (i32.ne (local.get $word) (i32.load (local.get $to)))
        (then
          (i32.store (local.get $to) (local.get $word))
          (local.set $changed (i32.const 1))))
      (local.set $from (i32.add (local.get $from) (i32.const 4)))
      (local.set $to (i32.add (local.get $to) (i32.const 4)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br_if $each (local.get $left)))
    (local.get $changed))

  ;; A slot's record with its last value; says where the next one goes.
  (func $record (param $slot i32) (param $out i32) (result i32)
    (local $from i32) (local $left i32)
    (i32.store (local.get $out)
      (i32.shr_u (i32.sub (local.get $slot) (global.get $slots)) (i32.const 5)))
    (local.set $from (i32.load offset=4 (local.get $slot)))
    (local.set $left (i32.load offset=8 (local.get $slot)))
    (loop $each
      (local.set $out (i32.add (local.get $out) (i32.const 4)))
      (i32.store (local.get $out) (i32.load (local.get $from)))
      (local.set $from (i32.add (local.get $from) (i32.const 4)))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br_if $each (local.get $left)))
    (i32.add (local.get $out) (i32.const 4)))

  ;; The 32 digits of a word, the highest bit first.
  (func $digits (param $word i32) (param $out i32)
    (local $bytes v128)
    (local.set $bytes (i32x4.splat (local.get $word)))
    (v128.store (local.get $out)
      (i8x16.sub (v128.const i8x16 48 48 48 48 48 48 48 48 48 48 48 48 48 48 48 48)
        (i8x16.ne (v128.const i64x2 0 0)
          (v128.and
            (i8x16.shuffle 3 3 3 3 3 3 3 3 2 2 2 2 2 2 2 2 (local.get $bytes) (local.get $bytes))
            (v128.const i8x16 128 64 32 16 8 4 2 1 128 64 32 16 8 4 2 1)))))
    (v128.store offset=16 (local.get $out)
      (i8x16.sub (v128.const i8x16 48 48 48 48 48 48 48 48 48 48 48 48 48 48 48 48)
        (i8x16.ne (v128.const i64x2 0 0)
          (v128.and
            (i8x16.shuffle 1 1 1 1 1 1 1 1 0 0 0 0 0 0 0 0 (local.get $bytes) (local.get $bytes))
            (v128.const i8x16 128 64 32 16 8 4 2 1 128 64 32 16 8 4 2 1))))))

  ;; The line of a slot of more than one word, which are at `value`, without leading zeros; says where the next one
  ;; goes.
  (func $line (param $slot i32) (param $value i32) (param $out i32) (result i32)
    (local $top i32) (local $word i32) (local $bits i32)
    (i32.store8 (local.get $out) (i32.const 98))
    (local.set $out (i32.add (local.get $out) (i32.const 1)))
    (local.set $top
      (i32.add (local.get $value) (i32.shl (i32.sub (i32.load offset=8 (local.get $slot)) (i32.const 1)) (i32.const 2))))
    (block $found
      (loop $empty
        (br_if $found (i32.eq (local.get $top) (local.get $value)))
        (br_if $found (i32.load (local.get $top)))
        (local.set $top (i32.sub (local.get $top) (i32.const 4)))
        (br $empty)))
    (local.set $word (i32.load (local.get $top)))
    ;; A zero has one digit.
    (local.set $bits (i32.sub (i32.const 32) (i32.clz (i32.or (local.get $word) (i32.const 1)))))
    (call $digits
      (i32.shl (local.get $word) (i32.sub (i32.const 32) (local.get $bits)))
      (local.get $out))
    (local.set $out (i32.add (local.get $out) (local.get $bits)))
    (block $last
      (loop $lower
        (br_if $last (i32.eq (local.get $top) (local.get $value)))
        (local.set $top (i32.sub (local.get $top) (i32.const 4)))
        (call $digits (i32.load (local.get $top)) (local.get $out))
        (local.set $out (i32.add (local.get $out) (i32.const 32)))
        (br $lower)))
    (i64.store (local.get $out) (i64.load offset=24 (local.get $slot)))
    (i32.add (local.get $out) (i32.load offset=20 (local.get $slot))))

  ;; `#time`
  (func $stamp (param $time f64) (param $out i32) (result i32)
    (local $rest i64) (local $end i32) (local $at i32)
    (i32.store8 (local.get $out) (i32.const 35))
    (local.set $end (i32.add (local.get $out) (i32.const 1)))
    (local.set $rest (i64.trunc_f64_u (local.get $time)))
    (loop $count
      (local.set $end (i32.add (local.get $end) (i32.const 1)))
      (local.set $rest (i64.div_u (local.get $rest) (i64.const 10)))
      (br_if $count (i64.ne (local.get $rest) (i64.const 0))))
    (local.set $rest (i64.trunc_f64_u (local.get $time)))
    (local.set $at (local.get $end))
    (loop $digit
      (local.set $at (i32.sub (local.get $at) (i32.const 1)))
      (i32.store8 (local.get $at)
        (i32.add (i32.const 48) (i32.wrap_i64 (i64.rem_u (local.get $rest) (i64.const 10)))))
      (local.set $rest (i64.div_u (local.get $rest) (i64.const 10)))
      (br_if $digit (i32.gt_u (i32.sub (local.get $at) (i32.const 1)) (local.get $out))))
    (i32.store8 (local.get $end) (i32.const 10))
    (i32.add (local.get $end) (i32.const 1)))

  ;; Records of all slots that changed, after one of the time where `stamps` says so; says where the next one goes.
  (func (export "changes") (param $time f64) (param $stamps i32) (param $out i32) (result i32)
    (local $at i32) (local $marks i64) (local $slot i32) (local $base i32) (local $number i32) (local $word i32)
    (local $value i32)
    (if (i32.eqz (call $scan)) (then (return (local.get $out))))
    (local.set $at (global.get $marks))
    (block $done
      (loop $pieces
        (br_if $done (i32.ge_u (local.get $at) (global.get $marksEnd)))
        (local.set $marks (i64.load (local.get $at)))
        (if (i64.ne (local.get $marks) (i64.const 0))
          (then
            (i64.store (local.get $at) (i64.const 0))
            (loop $each
              (local.set $number (i32.add (local.get $base) (i32.wrap_i64 (i64.ctz (local.get $marks)))))
              (local.set $slot (i32.add (global.get $slots) (i32.shl (local.get $number) (i32.const 5))))
              (block $unchanged
                ;; Most slots are one word, and a call costs as much as what it does.
                (if (i32.eq (i32.load offset=8 (local.get $slot)) (i32.const 1))
                  (then
                    (local.set $word
                      (i32.and (i32.load (i32.load (local.get $slot))) (i32.load offset=12 (local.get $slot))))
                    (local.set $value (i32.load offset=4 (local.get $slot)))
                    (br_if $unchanged (i32.eq (local.get $word) (i32.load (local.get $value))))
                    (i32.store (local.get $value) (local.get $word)))
                  (else (br_if $unchanged (i32.eqz (call $keep (local.get $slot))))))
                (if (local.get $stamps)
                  (then
                    (i32.store (local.get $out) (i32.const -1))
                    (f64.store offset=4 (local.get $out) (local.get $time))
                    (local.set $out (i32.add (local.get $out) (i32.const 12)))
                    (local.set $stamps (i32.const 0))))
                (if (i32.eq (i32.load offset=8 (local.get $slot)) (i32.const 1))
                  (then
                    (i32.store (local.get $out) (local.get $number))
                    (i32.store offset=4 (local.get $out) (local.get $word))
                    (local.set $out (i32.add (local.get $out) (i32.const 8))))
                  (else (local.set $out (call $record (local.get $slot) (local.get $out))))))
              (local.set $marks
                (i64.and (local.get $marks) (i64.sub (local.get $marks) (i64.const 1))))
              (br_if $each (i64.ne (local.get $marks) (i64.const 0))))))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (local.set $base (i32.add (local.get $base) (i32.const 64)))
        (br $pieces)))
    (local.get $out))

  ;; Records of all slots; says where the next one goes.
  (func (export "all") (param $out i32) (result i32)
    (local $slot i32)
    (local.set $slot (global.get $slots))
    (loop $each
      (drop (call $keep (local.get $slot)))
      (local.set $out (call $record (local.get $slot) (local.get $out)))
      (local.set $slot (i32.add (local.get $slot) (i32.const 32)))
      (br_if $each (i32.lt_u (local.get $slot) (global.get $slotsEnd))))
    (local.get $out))

  ;; Lines of the records from `at` to `end`, as long as they begin before `full`; says where the next one goes and, in
  ;; `next`, which record it is of.
  (global $next (mut i32) (i32.const 0))
  (func (export "next") (result i32) (global.get $next))
  (func (export "lines") (param $at i32) (param $end i32) (param $out i32) (param $full i32) (result i32)
    (local $slot i32) (local $number i32) (local $word i32) (local $bytes v128)
    (block $done
      (loop $each
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (br_if $done (i32.ge_u (local.get $out) (local.get $full)))
        (local.set $number (i32.load (local.get $at)))
        (if (i32.eq (local.get $number) (i32.const -1))
          (then
            (local.set $out (call $stamp (f64.load offset=4 (local.get $at)) (local.get $out)))
            (local.set $at (i32.add (local.get $at) (i32.const 12))))
          (else
            (local.set $slot (i32.add (global.get $slots) (i32.shl (local.get $number) (i32.const 5))))
            (local.set $at (i32.add (local.get $at) (i32.const 4)))
            (if (i32.eq (i32.load offset=8 (local.get $slot)) (i32.const 1))
              (then
                ;; Most lines are of one word. Their lengths follow no pattern, so there is no branch: all digits that a
                ;; word can have are stored, and the next thing begins after those that count.
                (local.set $word (i32.load (local.get $at)))
                (local.set $at (i32.add (local.get $at) (i32.const 4)))
                (i32.store8 (local.get $out) (i32.const 98))
                (local.set $out (i32.add (local.get $out) (i32.load offset=16 (local.get $slot))))
                (local.set $number (i32.clz (i32.or (local.get $word) (i32.const 1))))
                (local.set $bytes (i32x4.splat (i32.shl (local.get $word) (local.get $number))))
                (v128.store (local.get $out)
                  (i8x16.sub (v128.const i8x16 48 48 48 48 48 48 48 48 48 48 48 48 48 48 48 48)
                    (i8x16.ne (v128.const i64x2 0 0)
                      (v128.and
                        (i8x16.shuffle 3 3 3 3 3 3 3 3 2 2 2 2 2 2 2 2 (local.get $bytes) (local.get $bytes))
                        (v128.const i8x16 128 64 32 16 8 4 2 1 128 64 32 16 8 4 2 1)))))
                (v128.store offset=16 (local.get $out)
                  (i8x16.sub (v128.const i8x16 48 48 48 48 48 48 48 48 48 48 48 48 48 48 48 48)
                    (i8x16.ne (v128.const i64x2 0 0)
                      (v128.and
                        (i8x16.shuffle 1 1 1 1 1 1 1 1 0 0 0 0 0 0 0 0 (local.get $bytes) (local.get $bytes))
                        (v128.const i8x16 128 64 32 16 8 4 2 1 128 64 32 16 8 4 2 1)))))
                (local.set $out
                  (i32.add (local.get $out) (i32.sub (i32.const 32) (local.get $number))))
                (i64.store (local.get $out) (i64.load offset=24 (local.get $slot)))
                (local.set $out (i32.add (local.get $out) (i32.load offset=20 (local.get $slot)))))
              (else
                (local.set $out (call $line (local.get $slot) (local.get $at) (local.get $out)))
                (local.set $at
                  (i32.add (local.get $at) (i32.shl (i32.load offset=8 (local.get $slot)) (i32.const 2))))))))
        (br $each)))
    (global.set $next (local.get $at))
    (local.get $out)))
