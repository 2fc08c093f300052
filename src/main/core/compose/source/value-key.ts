/**
 * Where a secret's or config's value is kept until the project is built. It is an extension, so that a document of an
 * included file still fits the schema in the file that includes it; no person can write a `#` there by accident.
 */
export const valueKey = 'x-#value';
