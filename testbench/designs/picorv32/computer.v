// A computer of our own around PicoRV32: the core and 16 KiB of memory that answers one cycle after it is asked. The
// core's bus is the output, and a signature of it: a register that shifts and takes in all signals of the bus every
// cycle, so that two simulators that end with the same signature have very likely gone the same way.
`default_nettype none

module computer #(
    // Words of the memory in hexadecimal, from address 0.
    parameter PROGRAM = "program.hex",
    // 1: the core starts over when it has trapped.
    parameter RESTART = 0
) (
    input wire clk,
    input wire resetn,
    output wire mem_valid,
    output wire mem_instr,
    output wire mem_ready,
    output wire [31:0] mem_addr,
    output wire [31:0] mem_wdata,
    output wire [3:0] mem_wstrb,
    output wire [31:0] mem_rdata,
    output wire trap,
    output reg [31:0] signature
);
    reg [31:0] memory [0:4095];
    initial $readmemh(PROGRAM, memory);

    reg ready;
    reg [31:0] word;
    assign mem_ready = ready;
    assign mem_rdata = word;

    wire access = mem_valid && !ready;
    wire inside = mem_addr[31:14] == 0;
    wire [3:0] write = access && inside ? mem_wstrb : 4'd0;

    always @(posedge clk) begin
        ready <= resetn && access;
        if (access) word <= memory[mem_addr[13:2]];
        if (write[0]) memory[mem_addr[13:2]][7:0] <= mem_wdata[7:0];
        if (write[1]) memory[mem_addr[13:2]][15:8] <= mem_wdata[15:8];
        if (write[2]) memory[mem_addr[13:2]][23:16] <= mem_wdata[23:16];
        if (write[3]) memory[mem_addr[13:2]][31:24] <= mem_wdata[31:24];
    end

    wire [31:0] taken = mem_addr ^ {mem_rdata[15:0], mem_rdata[31:16]} ^ (mem_wdata << 3)
        ^ {24'd0, mem_wstrb, trap, mem_ready, mem_instr, mem_valid};
    always @(posedge clk)
        if (!resetn) signature <= 0;
        else signature <= {signature[30:0], signature[31] ^ signature[21] ^ signature[1] ^ signature[0]} ^ taken;

    picorv32 #(
        .ENABLE_MUL(1),
        .ENABLE_DIV(1),
        .BARREL_SHIFTER(1),
        .COMPRESSED_ISA(1),
        .STACKADDR(32'h4000)
    ) core (
        .clk(clk),
        .resetn(resetn && !(RESTART != 0 && trap)),
        .trap(trap),
        .mem_valid(mem_valid),
        .mem_instr(mem_instr),
        .mem_ready(mem_ready),
        .mem_addr(mem_addr),
        .mem_wdata(mem_wdata),
        .mem_wstrb(mem_wstrb),
        .mem_rdata(mem_rdata),
        .pcpi_wr(1'b0),
        .pcpi_rd(32'd0),
        .pcpi_wait(1'b0),
        .pcpi_ready(1'b0),
        .irq(32'd0)
    );
endmodule

`default_nettype wire
