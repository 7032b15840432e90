import { Bool, Enum, match, module, mux, reg, Stream, UInt, when } from "../../lang/index.ts";

const State = Enum("Idle", "Start", "Data", "Stop");

/** A serial transmitter, 8N1, least significant bit first, three cycles a bit: a state machine to hold to account. */
export const UartTransmitter = module(
  "UartTransmitter",
  { in: { enq: Stream(UInt(8)) }, out: { line: Bool } },
  ({ enq }) => {
    const state = reg(State, "Idle");
    const timer = reg(UInt(2), 0);
    const position = reg(UInt(3), 0);
    const character = reg(UInt(8));

    const over = timer.eq(2);
    when(state.is("Idle").not(), () => {
      timer.next = mux(over, UInt(2).lit(0), timer.add(1));
    });
    match(state, {
      Idle: () => {
        when(enq.valid, () => {
          character.next = enq.bits;
          state.next = "Start";
        });
      },
      Start: () => {
        when(over, () => {
          state.next = "Data";
        });
      },
      Data: () => {
        when(over, () => {
          position.next = position.add(1);
          when(position.eq(7), () => {
            state.next = "Stop";
          });
        });
      },
      Stop: () => {
        when(over, () => {
          state.next = "Idle";
        });
      },
    });

    const line = mux(state.is("Data"), character.bitAt(position), state.is("Start").not());
    return { enq: { ready: state.is("Idle") }, line };
  },
);
