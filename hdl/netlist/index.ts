export * from "./design.ts";
export * from "./hierarchy.ts";
export * from "./semantics.ts";
