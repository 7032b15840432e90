// Round robin among five: `turn` says who comes first, and the search goes up and around from there.
module reference (
    input  wire       clock,
    input  wire       reset,
    input  wire       requests_0, requests_1, requests_2, requests_3, requests_4,
    input  wire       accept,
    output wire       grants_0, grants_1, grants_2, grants_3, grants_4,
    output reg  [2:0] index,
    output reg        valid
);
  reg [2:0] turn = 3'd0;
  wire [4:0] requests = {requests_4, requests_3, requests_2, requests_1, requests_0};

  integer step, candidate;
  always @* begin
    valid = 1'b0;
    index = 3'd0;
    for (step = 0; step < 5; step = step + 1) begin
      candidate = turn + step;
      if (candidate >= 5) candidate = candidate - 5;
      if (!valid && requests[candidate]) begin
        valid = 1'b1;
        index = candidate;
      end
    end
  end

  assign grants_0 = valid && index == 0;
  assign grants_1 = valid && index == 1;
  assign grants_2 = valid && index == 2;
  assign grants_3 = valid && index == 3;
  assign grants_4 = valid && index == 4;

  always @(posedge clock)
    if (reset) turn <= 3'd0;
    else if (valid && !accept) turn <= index;
    else if (valid) turn <= index == 4 ? 3'd0 : index + 3'd1;
endmodule

// The design keeps the set of those who come first, all from `turn` on; nobody is as good as everybody.
module invariant (
    input  wire [4:0] \gate.first ,
    input  wire [2:0] \gold.turn ,
    output wire       holds
);
  wire [4:0] from = 5'b11111 << \gold.turn ;
  assign holds = \gold.turn < 5 && (\gate.first == from || (\gold.turn == 0 && \gate.first == 0));
endmodule
