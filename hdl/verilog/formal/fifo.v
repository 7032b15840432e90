// A queue of three items, kept as a shift register: slot 0 is the oldest, and everything moves up when it leaves.
// With FLOW, an item that finds the queue empty is offered at once and stays out of it if it is taken.
module reference #(
    parameter FLOW = 0
) (
    input  wire       clock,
    input  wire       reset,
    input  wire       enq_valid,
    input  wire [3:0] enq_bits,
    output wire       enq_ready,
    output wire       deq_valid,
    output wire [3:0] deq_bits,
    input  wire       deq_ready,
    output wire [1:0] level
);
  reg [3:0] slot0, slot1, slot2;
  reg [1:0] count = 2'd0;

  assign level = count;
  assign enq_ready = count < 3;
  assign deq_valid = count > 0 || (FLOW && enq_valid);
  assign deq_bits = (FLOW && count == 0) ? enq_bits : slot0;

  wire arrives = enq_valid && enq_ready;
  wire leaves = deq_valid && deq_ready;

  always @(posedge clock) begin
    if (arrives && !leaves)
      case (count)
        2'd0: slot0 <= enq_bits;
        2'd1: slot1 <= enq_bits;
        2'd2: slot2 <= enq_bits;
      endcase
    if (leaves) begin
      slot0 <= (arrives && count == 1) ? enq_bits : slot1;
      slot1 <= (arrives && count == 2) ? enq_bits : slot2;
    end

    if (reset) count <= 2'd0;
    else if (arrives && !leaves) count <= count + 2'd1;
    else if (leaves && !arrives) count <= count - 2'd1;
  end
endmodule

// How the design's ring stands to the shift register: the items from `head` on are the slots in order.
module invariant (
    input  wire [1:0] \gate.head , \gate.tail , \gate.level ,
    input  wire [3:0] \gate.ram[0] , \gate.ram[1] , \gate.ram[2] ,
    input  wire [1:0] \gold.count ,
    input  wire [3:0] \gold.slot0 , \gold.slot1 , \gold.slot2 ,
    output wire       holds
);
  wire [11:0] ring = {\gate.ram[2] , \gate.ram[1] , \gate.ram[0] };
  wire [23:0] twice = {ring, ring};
  wire [11:0] queue = twice[4*\gate.head +: 12];
  wire [2:0] last = \gate.head + \gate.level ;

  assign holds = \gate.level == \gold.count
      && \gate.head < 3
      && \gate.tail == (last < 3 ? last : last - 3'd3)
      && (\gold.count < 1 || queue[3:0] == \gold.slot0 )
      && (\gold.count < 2 || queue[7:4] == \gold.slot1 )
      && (\gold.count < 3 || queue[11:8] == \gold.slot2 );
endmodule
