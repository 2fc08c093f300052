interface MetadataReflection {
  defineMetadata?: (key: unknown, value: unknown, target: object) => void;
  getOwnMetadata?: (key: unknown, target: object) => unknown;
  getMetadata?: (key: unknown, target: object) => unknown;
}

/**
 * The part of the metadata reflection proposal (https://rbuckton.github.io/reflect-metadata) that the injection library
 * below `@peculiar/x509` asks for when it is loaded. To be called before that. Whatever is there already stays.
 */
export function provideMetadataReflection(): void {
  const reflection = Reflect as MetadataReflection;
  const known = new WeakMap<object, Map<unknown, unknown>>();
  reflection.defineMetadata ??= (key, value, target) => {
    known.set(target, new Map(known.get(target)).set(key, value));
  };
  reflection.getOwnMetadata ??= (key, target) => known.get(target)?.get(key);
  reflection.getMetadata ??= (key, target) => {
    for (let at: object | null = target; at; at = Reflect.getPrototypeOf(at)) {
      const own = known.get(at);
      if (own?.has(key)) return own.get(key);
    }
    return undefined;
  };
}
