// Three streams into one, round robin: the case of whose turn it is, written out.
module reference (
    input  wire       clock,
    input  wire       reset,
    input  wire       enq_0_valid, enq_1_valid, enq_2_valid,
    input  wire [7:0] enq_0_bits, enq_1_bits, enq_2_bits,
    output wire       enq_0_ready, enq_1_ready, enq_2_ready,
    output wire       deq_valid,
    output wire [7:0] deq_bits,
    input  wire       deq_ready,
    output reg  [1:0] index
);
  reg [1:0] turn = 2'd0;

  always @*
    case (turn)
      2'd0:    index = enq_0_valid ? 2'd0 : enq_1_valid ? 2'd1 : 2'd2;
      2'd1:    index = enq_1_valid ? 2'd1 : enq_2_valid ? 2'd2 : 2'd0;
      default: index = enq_2_valid ? 2'd2 : enq_0_valid ? 2'd0 : 2'd1;
    endcase

  assign deq_valid = |{enq_0_valid, enq_1_valid, enq_2_valid};
  assign deq_bits = index == 2'd2 ? enq_2_bits : index == 2'd1 ? enq_1_bits : enq_0_bits;

  wire moves = deq_valid & deq_ready;
  assign enq_0_ready = moves & (index == 2'd0);
  assign enq_1_ready = moves & (index == 2'd1);
  assign enq_2_ready = moves & (index == 2'd2);

  always @(posedge clock)
    if (reset) turn <= 2'd0;
    else if (deq_valid)
      case ({deq_ready, index})
        {1'b0, 2'd0}, {1'b1, 2'd2}: turn <= 2'd0;
        {1'b0, 2'd1}, {1'b1, 2'd0}: turn <= 2'd1;
        default:                    turn <= 2'd2;
      endcase
endmodule

// As for the arbiter alone: the design keeps the set of those from `turn` on.
module invariant (
    input  wire [2:0] \gate.arbiter.first ,
    input  wire [1:0] \gold.turn ,
    output wire       holds
);
  wire [2:0] from = 3'b111 << \gold.turn ;
  assign holds = \gold.turn < 3
      && (\gate.arbiter.first == from || (\gold.turn == 0 && \gate.arbiter.first == 0));
endmodule
