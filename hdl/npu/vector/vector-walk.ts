import { Bool, clog2, module, mux, reg, Stream, UInt, when } from "../../lang/index.ts";
import { powerOfTwo } from "../npu-config.ts";
import { VectorCommand, VectorStep } from "./command.ts";

/**
 * The order in which a vector instruction goes through its rows, one step in each cycle in which `advance` is 1.
 *
 * - Element by element: block by block, in it row by row.
 * - Of a row: row by row, in it block by block.
 * - Pooling: block by block, in it window by window, in it line by line.
 *
 * `src` and `src2` are the rows to read for the `step`. `valid` while there is one; the next command is accepted with the
 * last, and is `job` from then on. `cancel` ends the walk before its next step.
 */
export const VectorWalk = (side: number) => {
  powerOfTwo("the number of lanes", side, 2, 64);
  const shift = Math.log2(side);
  const Wide = UInt(25);

  return module(
    "VectorWalk",
    {
      params: { side },
      in: { command: Stream(VectorCommand), advance: Bool, cancel: Bool },
      out: { valid: Bool, src: Wide, src2: Wide, step: VectorStep(side), job: VectorCommand },
    },
    ({ command, advance, cancel }) => {
      const job = reg(VectorCommand);
      const active = reg(Bool, 0);
      const { op, rows, imm } = job;
      const byRow = op.is("rowmax").or(op.is("rowsum"));
      const pools = op.is("poolmax").or(op.is("poolavg"));

      const row = reg(UInt(12), 0);
      const block = reg(UInt(12), 0);
      const blocks = job.cols
        .extend(13)
        .add(side - 1)
        .shr(shift)
        .trunc(12);
      const lastRow = row.add(1).eq(rows);
      const lastBlock = block.add(1).eq(blocks);

      // Where the block and, in it, the window and its line begin.
      const base = reg(Wide, 0);
      const base2 = reg(Wide, 0);
      const target = reg(Wide, 0);
      const down = reg(UInt(4), 0);
      const along = reg(UInt(4), 0);
      const outColumn = reg(UInt(12), 0);
      const windowRow = reg(Wide, 0); // first pixel of the row of windows
      const window = reg(Wide, 0);
      const line = reg(Wide, 0);
      const height = imm.bits(0, 4);
      const width = imm.bits(4, 4);
      const stride = imm.bits(8, 4);
      const lastAlong = along.add(1).eq(width);
      const lastDown = down.add(1).eq(height);
      const lastOut = outColumn.add(1).eq(job.poolOutWidth);

      const windowEnds = lastAlong.and(lastDown);
      const rowEnds = mux(pools, windowEnds, mux(byRow, lastBlock, Bool.lit(1)));
      const last = lastRow.and(lastBlock).and(rowEnds);

      const nextBlock = () => {
        row.next = 0;
        block.next = block.add(1);
        base.next = base.add(mux(pools, job.poolPixels.extend(25), rows.extend(25)));
        base2.next = base2.add(rows.extend(25));
        target.next = target.add(rows.extend(25));
        outColumn.next = 0;
        windowRow.next = 0;
        window.next = 0;
        line.next = 0;
      };

      when(advance, () => {
        when(byRow, () => {
          when(lastBlock, () => {
            block.next = 0;
            row.next = row.add(1);
            base.next = job.src.extend(25).add(row.extend(25)).add(1);
          }).otherwise(() => {
            block.next = block.add(1);
            base.next = base.add(rows.extend(25));
          });
        })
          .elseWhen(pools, () => {
            along.next = mux(lastAlong.not(), along.add(1), 0);
            when(lastAlong, () => {
              down.next = mux(lastDown.not(), down.add(1), 0);
              line.next = line.add(job.poolWidth.extend(25));
            });
            when(windowEnds, () => {
              const right = window.add(stride.extend(25));
              const below = windowRow.add(stride.mul(job.poolWidth).extend(25));
              const next = mux(lastOut, below, right);
              outColumn.next = mux(lastOut.not(), outColumn.add(1), 0);
              when(lastOut, () => {
                windowRow.next = below;
              });
              window.next = next;
              line.next = next;
              row.next = row.add(1);
              when(lastRow, nextBlock);
            });
          })
          .otherwise(() => {
            row.next = row.add(1);
            when(lastRow, nextBlock);
          });
        when(last, () => {
          active.next = 0;
        });
      });

      const ready = active.not().or(advance.and(last)).and(cancel.not());
      when(cancel, () => {
        active.next = 0;
      }).elseWhen(command.valid.and(ready), () => {
        job.next = command.bits;
        active.next = 1;
        row.next = 0;
        block.next = 0;
        base.next = command.bits.src.extend(25);
        base2.next = command.bits.src2.extend(25);
        target.next = command.bits.dst.extend(25);
        down.next = 0;
        along.next = 0;
        outColumn.next = 0;
        windowRow.next = 0;
        window.next = 0;
        line.next = 0;
      });

      const inBlock = row.extend(25);
      const straight = base.add(mux(byRow, Wide.lit(0), inBlock));
      const pooled = base.add(line).add(along.extend(25));
      const perRow = job.src2.extend(25).add(inBlock);
      const perBlock = job.src2.extend(25).add(block.extend(25));
      const second = mux(job.broadcast.not(), base2.add(inBlock), mux(imm.bit(15), perRow, perBlock));
      const rest = job.cols.bits(0, shift);
      const ragged = lastBlock.and(rest.any());
      const lanes = clog2(side + 1);
      return {
        command: { ready },
        valid: active,
        src: mux(pools, pooled, straight),
        src2: second,
        step: {
          dst: mux(byRow, job.dst.extend(25), target).add(inBlock),
          scale: job.scale.extend(9).add(mux(byRow, UInt(9).lit(0), block.trunc(9))),
          first: mux(pools, along.eq(0).and(down.eq(0)), mux(byRow, block.eq(0), Bool.lit(1))),
          last: rowEnds,
          lanes: mux(ragged, rest.extend(lanes), UInt(lanes).lit(side)),
        },
        job,
      };
    },
  );
};
