/**
 * The command line's flags, one for each setting: what the settings' schema says, as JSON Schema, is all there is to know.
 * @module
 */
import { z } from "zod";
import { DEFAULT_SETTINGS, type MockSettings, settingsSchema } from "./settings.ts";

export interface Flag {
  readonly setting: keyof MockSettings;
  readonly type: "boolean" | "number" | "text" | "list";
  /** What stands for the value in the help text. */
  readonly placeholder: string;
  readonly description: string;
  readonly preset: string;
}

/** What JSON Schema says of a setting; objects (the users) have no flag. */
const settingSchema = z.object({
  type: z.string().optional(),
  enum: z.array(z.string()).optional(),
  description: z.string().default(""),
  flag: z.string().optional(),
  items: z.object({ type: z.string() }).optional(),
  anyOf: z
    .array(z.object({ type: z.string(), items: z.object({ type: z.string() }).optional() }))
    .optional(),
});

/** By name, as `windowKind` is `window-kind`. */
export function describeFlags(): ReadonlyMap<string, Flag> {
  const schema = z.toJSONSchema(settingsSchema, { io: "input" });
  const flags = Object.keys(DEFAULT_SETTINGS).flatMap((setting): [string, Flag][] => {
    const described = settingSchema.parse(schema.properties?.[setting]);
    const shape = described.anyOf?.[0] ?? described;
    if (!isSetting(setting) || shape.items?.type === "object") return [];
    const name = described.flag ?? kebabCase(setting);
    const flag: Flag = {
      setting,
      type: typeOf(shape.type ?? "string"),
      placeholder: described.enum?.join("|") ?? PLACEHOLDERS[typeOf(shape.type ?? "string")],
      description: described.description,
      preset: presetText(DEFAULT_SETTINGS[setting]),
    };
    return [[name, flag]];
  });
  return new Map(flags);
}

const PLACEHOLDERS = { boolean: "", number: "n", text: "text", list: "text" };

function typeOf(schemaType: string): Flag["type"] {
  if (schemaType === "boolean") return "boolean";
  if (schemaType === "integer" || schemaType === "number") return "number";
  return schemaType === "array" ? "list" : "text";
}

function isSetting(name: string): name is keyof MockSettings {
  return name in DEFAULT_SETTINGS;
}

function presetText(preset: MockSettings[keyof MockSettings]): string {
  if (preset === null) return "any";
  if (typeof preset === "boolean") return preset ? "on" : "off";
  if (!Array.isArray(preset)) return `${preset}`;
  return preset.filter((item) => typeof item === "string").join(", ");
}

function kebabCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
