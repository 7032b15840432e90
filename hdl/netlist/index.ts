export * from "./design.ts";
export * from "./hierarchy.ts";
