/** The parts of wavedrom 3.7 that are used: rendering to SVG without a browser. */
declare module "wavedrom" {
  /** An XML element as an array: its name, its attributes, its children. */
  export type OnmlElement = readonly unknown[];

  const wavedrom: {
    readonly waveSkin: Readonly<Record<string, unknown>>;
    renderAny(index: number, source: object, skin: Readonly<Record<string, unknown>>): OnmlElement;
    readonly onml: { stringify(element: OnmlElement): string };
  };
  export default wavedrom;
}
