export { compile } from "./compiled.ts";
