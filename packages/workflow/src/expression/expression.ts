/**
 * Conditions and templates, evaluated: what a session asks of the language while it runs. Nothing here throws, holds
 * the event loop for longer than the budget allows (expression-budget.ts), or evaluates what users hand in as data.
 */

import type { Json } from '@opscore/contract'
import { utf8Length } from '@opscore/contract/text'
import { type Budget, createBudget } from './expression-budget.ts'
import { parseCached } from './expression-cache.ts'
import { evaluateNode, type Roots } from './expression-evaluator.ts'
import { ExpressionFailure } from './expression-failure.ts'
import { nameOf } from './expression-functions.ts'
import { isTemplate, parseTemplate } from './template.ts'

export type { Roots } from './expression-evaluator.ts'

export type Evaluated<T> = { ok: true; value: T } | { ok: false; message: string }

/** What one evaluation may yield, in bytes of JSON: the bound of a payload (reliability.md). */
const MAX_RESULT_BYTES = 256 * 1024

/** Whether a bare CEL expression holds; anything but `true` or `false` is a failure. */
export function evaluateCondition(source: string, roots: Roots): Evaluated<boolean> {
  return guarded(() => {
    const value = evaluateSource(source, roots, createBudget())
    if (typeof value === 'boolean') return value
    throw new ExpressionFailure(`A condition must be true or false, not ${nameOf(value)}`)
  })
}

/**
 * The template with every `${{ expression }}` in its strings evaluated. A string that is wholly one expression becomes
 * its value; within other text scalars are printed and lists and maps become JSON. Keys are left as they are.
 */
export function evaluateTemplate(template: Json, roots: Roots): Evaluated<Json> {
  if (!containsTemplate(template)) return { ok: true, value: template }
  return guarded(() => {
    const budget = createBudget()
    const value = fill(template, roots, budget)
    assertResultSize(value)
    return value
  })
}

/** Whether any string in it, however deep, holds `${{`. */
export function containsTemplate(value: Json): boolean {
  if (typeof value === 'string') return isTemplate(value)
  if (value === null || typeof value !== 'object') return false
  if (Array.isArray(value)) return value.some(containsTemplate)
  for (const key in value) if (containsTemplate(value[key] ?? null)) return true
  return false
}

function guarded<T>(evaluate: () => T): Evaluated<T> {
  try {
    return { ok: true, value: evaluate() }
  } catch (error) {
    if (error instanceof ExpressionFailure) return { ok: false, message: error.message }
    throw error
  }
}

function evaluateSource(source: string, roots: Roots, budget: Budget): Json {
  const parsed = parseCached(source)
  if (!parsed.ok) throw new ExpressionFailure(parsed.message)
  return evaluateNode(parsed.expression.tree, { roots, budget, variables: [] })
}

function fill(template: Json, roots: Roots, budget: Budget): Json {
  budget.spend(1)
  if (typeof template === 'string') return isTemplate(template) ? fillText(template, roots, budget) : template
  if (template === null || typeof template !== 'object') return template
  if (Array.isArray(template)) return template.map((item) => fill(item, roots, budget))
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, fill(value, roots, budget)]))
}

function fillText(text: string, roots: Roots, budget: Budget): Json {
  budget.characters(text.length)
  const template = parseTemplate(text)
  if (!template.ok)
    throw new ExpressionFailure(`An expression that begins at character ${template.at + 1} is not closed`)
  const [only] = template.parts
  if (only && template.parts.length === 1 && 'expression' in only) return evaluateSource(only.expression, roots, budget)
  let filled = ''
  for (const part of template.parts) {
    filled += 'text' in part ? part.text : print(evaluateSource(part.expression, roots, budget), budget)
    if (filled.length > MAX_RESULT_BYTES) throw tooLarge()
  }
  return filled
}

function print(value: Json, budget: Budget): string {
  if (typeof value === 'string') return value
  budget.tree(value)
  return JSON.stringify(value)
}

/** A result may hold the same large value many times over, so that it is measured before it is written out. */
function assertResultSize(value: Json): void {
  let left = MAX_RESULT_BYTES
  const measure = (part: Json): void => {
    left -= 2
    if (typeof part === 'string') left -= part.length > left ? part.length : utf8Length(JSON.stringify(part)) - 2
    else if (Array.isArray(part)) for (const item of part) measure(item)
    else if (part !== null && typeof part === 'object') {
      for (const key in part) {
        left -= key.length + 2
        measure(part[key] ?? null)
      }
    } else left -= String(part).length - 1
    if (left < 0) throw tooLarge()
  }
  measure(value)
}

function tooLarge(): ExpressionFailure {
  return new ExpressionFailure(`The result is larger than ${MAX_RESULT_BYTES / 1024} KiB`, { fatal: true })
}
