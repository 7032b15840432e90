# The core starts at address 0. Memory that starts as zeros is cleared here, so that the program can be started again.
    .section .start, "ax"
    .globl start
start:
    la sp, stack_top
    la t0, zeros_start
    la t1, zeros_end
1:  bgeu t0, t1, 2f
    sw zero, 0(t0)
    addi t0, t0, 4
    j 1b
2:  call main
    li t0, 0x10000004
    sw a0, 0(t0)
    ebreak
