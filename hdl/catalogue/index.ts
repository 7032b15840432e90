/** Every block of the library and the NPU by name, with the numbers that it takes. */
import type { Block } from "./block.ts";
import { dmaBlocks } from "./dma-blocks.ts";
import { libraryBlocks } from "./library-blocks.ts";
import { moverBlocks } from "./mover-blocks.ts";
import { npuBlocks } from "./npu-blocks.ts";
import { tileBlocks } from "./tile-blocks.ts";

export { type Block, type BlockParameter, buildBlock } from "./block.ts";

export const blocks: readonly Block[] = [...libraryBlocks, ...npuBlocks, ...dmaBlocks, ...tileBlocks, ...moverBlocks];
