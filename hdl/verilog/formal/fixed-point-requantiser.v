// Fixed-point scaling by sign and magnitude: round the magnitude to the nearest integer, halves up, put the sign back,
// and saturate to eight bits. The factor is multiplier / 2^(M + shift).
module reference #(
    parameter A = 16,
    parameter M = 8,
    parameter S = 3
) (
    input  wire                clock,
    input  wire                reset,
    input  wire signed [A-1:0] accumulator,
    input  wire        [M-1:0] multiplier,
    input  wire        [S-1:0] shift,
    output wire signed [  7:0] result
);
  wire signed [A+M:0] product = accumulator * $signed({1'b0, multiplier});
  wire negative = product[A+M];
  wire [A+M:0] magnitude = negative ? -product : product;

  wire [A+M+1:0] shifted = magnitude >> (M - 1 + shift);
  wire [A+M+1:0] rounded = (shifted + 1) >> 1;

  assign result = negative
      ? (rounded > 128 ? -8'sd128 : -rounded[7:0])
      : (rounded > 127 ? 8'sd127 : rounded[7:0]);
endmodule
