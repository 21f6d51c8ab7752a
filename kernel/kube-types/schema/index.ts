export type { Schema, ValidationRule } from "./types.ts";
