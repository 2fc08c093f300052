import { z } from 'zod';

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** One step that makes data fit for other people: SQL for the service's database, or a command in its container. */
const step = z
  .object({
    /** Statements, run by the service's own psql, mariadb or mysql as its administrator. */
    sql: z.string().min(1).optional(),
    /** The database that `sql` is for; the one that the image makes at its first start where absent. */
    database: z.string().optional(),
    /** A line for the container's shell, or a program and its arguments. */
    command: z.union([z.string().transform((line) => ['/bin/sh', '-c', line]), z.array(text).min(1)]).optional(),
    /** As whom it runs; the image's own user where absent. */
    user: z.string().optional(),
  })
  .strict()
  .refine(({ sql, command }) => (sql === undefined) !== (command === undefined), 'must have either sql or command');
export type MaskingStep = z.infer<typeof step>;

/** What stands under `x-slipway.masking`: by service, the steps in their order. */
export const maskingRules = z.record(z.string(), z.array(step).min(1));
export type MaskingRules = z.infer<typeof maskingRules>;
