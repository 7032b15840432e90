// A weight-stationary processing element, from its description: what travels east goes through one stage, behind the
// live weight stands the next one. Only the two valid bits know a reset, all else starts at any value.
//
// Registers without a reset are named as in the design, so that the proof can let both start at the same values.
module reference (
    input  wire               clock,
    input  wire               reset,
    input  wire signed [ 7:0] activation_in,
    input  wire               valid_in,
    input  wire               swap_in,
    input  wire               load_in,
    input  wire signed [ 7:0] weight_in,
    input  wire signed [31:0] sum_in,
    output wire signed [ 7:0] activation_out,
    output reg                valid_out,
    output wire               swap_out,
    output reg                load_out,
    output wire signed [ 7:0] weight_out,
    output wire signed [31:0] sum_out
);
  reg signed [7:0] live, shadow, east;
  reg signed [31:0] south;
  reg swap;
  initial {valid_out, load_out} = 2'b00;

  wire signed [7:0] used = swap_in ? shadow : live;

  always @(posedge clock) begin
    swap <= swap_in;
    valid_out <= valid_in & ~reset;
    load_out <= load_in & ~reset;

    if (load_in) shadow <= weight_in;

    if (valid_in) begin
      live <= used;
      east <= activation_in;
      south <= sum_in + activation_in * used;
    end
  end

  assign activation_out = east;
  assign weight_out = shadow;
  assign sum_out = south;
  assign swap_out = swap;
endmodule
