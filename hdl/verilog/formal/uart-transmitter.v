// A serial transmitter, 8N1, three cycles a bit, without a state machine: the frame is shifted out of ten bits, and a
// counter runs down from the frame's thirty cycles.
module reference (
    input  wire       clock,
    input  wire       reset,
    input  wire       enq_valid,
    input  wire [7:0] enq_bits,
    output wire       enq_ready,
    output wire       line
);
  reg [9:0] frame;
  reg [4:0] left = 5'd0;
  reg [1:0] phase;

  assign enq_ready = left == 0;
  assign line = left == 0 ? 1'b1 : frame[0];

  always @(posedge clock)
    if (reset) left <= 5'd0;
    else if (left != 0) begin
      left  <= left - 5'd1;
      phase <= phase == 2'd2 ? 2'd0 : phase + 2'd1;
      if (phase == 2'd2) frame <= {1'b1, frame[9:1]};
    end else if (enq_valid) begin
      left  <= 5'd30;
      phase <= 2'd0;
      frame <= {1'b1, enq_bits, 1'b0};
    end
endmodule

// Where the design's machine (Idle, Start, Data, Stop) stands in the frame: `sent` bits of it are out.
module invariant (
    input  wire [1:0] \gate.state ,
    input  wire [1:0] \gate.timer ,
    input  wire [2:0] \gate.position ,
    input  wire [7:0] \gate.character ,
    input  wire [9:0] \gold.frame ,
    input  wire [4:0] \gold.left ,
    input  wire [1:0] \gold.phase ,
    output wire       holds
);
  localparam idle = 2'd0, start = 2'd1, data = 2'd2, stop = 2'd3;
  wire [3:0] sent = \gate.state == start ? 4'd0 : \gate.state == data ? 4'd1 + \gate.position : 4'd9;
  wire [9:0] rest = {1'b1, \gate.character , 1'b0} >> sent;
  wire [9:0] bits_left = 10'b1111111111 >> sent;

  assign holds = \gate.state == idle
      ? \gold.left == 0 && \gate.timer == 0 && \gate.position == 0
      : \gate.timer < 3
        && (\gate.state == data || \gate.position == 0)
        && \gold.phase == \gate.timer
        && \gold.left + 3 * sent + \gate.timer == 30
        && ((\gold.frame ^ rest) & bits_left) == 0;
endmodule
