/** What stands around a running design and moves with its clock, such as a memory behind its ports. */
export interface Clocked {
  /** Looks at the design's ports, settled, before the edge that ends a cycle. */
  sample(): void;
  /** Drives the design's inputs for the next cycle, through the views of its engine, which it then touches. */
  drive(): void;
}
