export * from "./design.ts";
export * from "./hierarchy.ts";
export * from "./label.ts";
export * from "./semantics.ts";
export * from "./state-path.ts";
export * from "./validate.ts";
