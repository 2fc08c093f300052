/** Keys of a person's or tool's own, carried through every phase and never interpreted by the loader. */
export type Extensible = Readonly<Partial<Record<`x-${string}`, unknown>>>;

export type StringMap = Readonly<Record<string, string>>;
/** A value of `null` means "set, but taken from nowhere": the variable had no value when the project was loaded. */
export type NullableStringMap = Readonly<Record<string, string | null>>;
