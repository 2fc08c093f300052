import { z } from 'zod';

export const databaseProduct = z.enum(['postgresql', 'mysql', 'mariadb']);
export type DatabaseProduct = z.infer<typeof databaseProduct>;

/** A database's data in a volume of a snapshot, told by its own files. */
export const foundDatabase = z.object({
  /** The volume's name in the snapshot. */
  volume: z.string(),
  /** Its directory from the volume's root, which is the empty string. */
  directory: z.string(),
  product: databaseProduct,
  /** As the product writes it, e.g. "15", "8.0.35"; absent when nothing told it. */
  version: z.string().optional(),
});
export type FoundDatabase = z.infer<typeof foundDatabase>;
