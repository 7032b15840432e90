// Requantisation as ONNX Runtime does it: an int32 sum becomes single precision, is multiplied by a single-precision
// scale, and rounded to a whole number, each time to the nearest and halves to even; then come zero point and limits.
// Here as floating point is usually put in hardware, with guard and sticky bits.
//
// Four stages, none of which knows a reset: their registers are named as in the design, so that the proof can let both
// sides start at the same values and compare stage by stage. The result means something from the fourth cycle on.
module reference (
    input  wire               clock,
    input  wire               reset,
    input  wire signed [31:0] sum,
    input  wire        [23:0] scale_multiplier,
    input  wire        [ 4:0] scale_shift,
    input  wire signed [ 7:0] scale_zeroPoint,
    input  wire signed [ 7:0] scale_low,
    input  wire signed [ 7:0] scale_high,
    output reg  signed [ 7:0] q,
    output wire               defined
);
  reg [2:0] age = 3'd0;
  always @(posedge clock) if (!defined) age <= age + 3'd1;
  assign defined = age == 4;

  // The number of leading places beyond 24 that a magnitude has.
  function automatic [5:0] excess(input [48:0] magnitude);
    integer place;
    begin
      excess = 0;
      for (place = 24; place < 49; place = place + 1) if (magnitude[place]) excess = place - 23;
    end
  endfunction

  // magnitude / 2^places, to the nearest, halves to even.
  function automatic [48:0] nearest(input [48:0] magnitude, input [5:0] places);
    reg [98:0] fixed;
    reg guard, sticky;
    begin
      fixed = {magnitude, 50'd0} >> places;
      guard = fixed[49];
      sticky = |fixed[48:0];
      nearest = fixed[98:50] + (guard && (sticky || fixed[50]));
    end
  endfunction

  reg [24:0] factor;
  reg [5:0] factorExponent;
  reg negative;
  reg [23:0] scale1_multiplier;
  reg [4:0] scale1_shift;
  reg signed [7:0] scale1_zeroPoint, scale1_low, scale1_high;

  wire [31:0] magnitude = sum < 0 ? -sum : sum;
  always @(posedge clock) begin
    factorExponent <= excess(magnitude);
    factor <= nearest(magnitude, excess(magnitude));
    negative <= sum < 0;
    {scale1_multiplier, scale1_shift} <= {scale_multiplier, scale_shift};
    {scale1_zeroPoint, scale1_low, scale1_high} <= {scale_zeroPoint, scale_low, scale_high};
  end

  reg [48:0] product;
  reg [5:0] productExponent;
  reg negative2;
  reg [4:0] scale2_shift;
  reg signed [7:0] scale2_zeroPoint, scale2_low, scale2_high;

  always @(posedge clock) begin
    product <= factor * scale1_multiplier;
    productExponent <= factorExponent;
    negative2 <= negative;
    scale2_shift <= scale1_shift;
    {scale2_zeroPoint, scale2_low, scale2_high} <= {scale1_zeroPoint, scale1_low, scale1_high};
  end

  reg [24:0] value;
  reg huge;
  reg [6:0] shift;
  reg negative3;
  reg signed [7:0] scale3_zeroPoint, scale3_low, scale3_high;

  // The product is value · 2^-places.
  wire [5:0] exponent = excess(product);
  wire signed [8:0] places = 24 + $signed({1'b0, scale2_shift}) - $signed({1'b0, exponent}) - $signed({1'b0, productExponent});
  always @(posedge clock) begin
    value <= nearest(product, exponent);
    huge <= places <= 0;
    shift <= places == 0 ? 7'd0 : places < 0 || places > 26 ? 7'd26 : places;
    negative3 <= negative2;
    {scale3_zeroPoint, scale3_low, scale3_high} <= {scale2_zeroPoint, scale2_low, scale2_high};
  end

  wire [48:0] whole = nearest(value, shift);
  wire beyond = (huge && value != 0) || whole > 511;
  wire signed [10:0] rounded = beyond ? 11'sd511 : $signed({1'b0, whole[9:0]});
  wire signed [10:0] shifted = scale3_zeroPoint + (negative3 ? -rounded : rounded);
  always @(posedge clock)
    if (shifted < scale3_low) q <= scale3_low;
    else if (shifted > scale3_high) q <= scale3_high;
    else q <= shifted;
endmodule

// Registers hold anything at first; from then on no shift is longer than what leaves nothing.
module invariant (
    input  wire [2:0] \gold.age ,
    input  wire [6:0] \gold.shift ,
    output wire       holds
);
  assign holds = \gold.age <= 4 && (\gold.age == 0 || \gold.shift <= 26);
endmodule
