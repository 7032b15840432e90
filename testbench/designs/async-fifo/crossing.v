// Traffic of our own through the queue. The writing side hands over the multiples of 40503 modulo 2^16, in which no
// number comes twice, so that an item that is lost, doubled or out of order shows at the reading side.
`default_nettype none

module crossing (
    input wire wclk,
    input wire rclk,
    input wire wrst,
    input wire rrst,
    // Hand items over, and take them, whenever the queue lets.
    input wire sending,
    input wire receiving,
    output reg [15:0] next,
    output wire full,
    output wire empty,
    // 1 in cycles of `rclk` at whose end `item` leaves the queue.
    output wire taken,
    output wire [15:0] item
);
    always @(posedge wclk or posedge wrst)
        if (wrst) next <= 0;
        else if (sending && !full) next <= next + 16'd40503;

    assign taken = receiving && !empty && !rrst;

    async_fifo queue (
        .wclk(wclk),
        .rclk(rclk),
        .wrst(wrst),
        .rrst(rrst),
        .pop(receiving),
        .push(sending),
        .item_in(next),
        .item_out(item),
        .empty(empty),
        .full(full)
    );
endmodule

`default_nettype wire
