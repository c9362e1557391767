/**
 * Names that a test gives: they become steps of a path.
 * @module
 */
import { z } from "zod";

export const ownName = z
  .string()
  .min(1)
  .max(100)
  .refine((name) => name !== "." && name !== "..", "must not be `.` or `..`");
