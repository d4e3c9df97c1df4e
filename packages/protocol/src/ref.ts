import { type Static, type TSchema, Type } from '@sinclair/typebox'

/** Refer to a named schema (see `schemas.ts`) instead of repeating it; keeps the inferred type. */
export const ref = <T extends TSchema>(schema: T) => Type.Unsafe<Static<T>>(Type.Ref(schema.$id as string))
