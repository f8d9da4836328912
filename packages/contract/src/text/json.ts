import Type from 'typebox'

/**
 * Any JSON value: what agents and users hand through Ops-Core without it looking inside. In Ops-Core an integer beyond 2^53 may
 * be a value of `JSON.rawJSON` in it, which prints as it was sent.
 */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

export const Json = Type.Unsafe<Json>(Type.Unknown({ description: 'Any JSON value' }))
export const JsonObject = Type.Unsafe<JsonObject>(
  Type.Object({}, { additionalProperties: true, description: 'Any JSON object' }),
)
