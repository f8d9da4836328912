/** An expression made ready to evaluate: names resolved, macros and functions known, one kind of number. */
import type { Json } from '@opscore/contract'
import type { CelFunction } from './expression-functions.ts'

export type BinaryOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-' | '*' | '/' | '%'
export type Quantifier = 'all' | 'exists' | 'exists_one'

export type ExpressionNode =
  | { kind: 'literal'; value: Json }
  | { kind: 'root'; name: 'input' | 'session' | 'result' | 'error' }
  | { kind: 'task'; taskId: string; field: 'result' | 'error' }
  /** A comprehension's variable: its place among those in scope, the outermost first. */
  | { kind: 'variable'; slot: number }
  | { kind: 'select'; from: ExpressionNode; key: string }
  | { kind: 'index'; from: ExpressionNode; at: ExpressionNode }
  | { kind: 'has'; path: ExpressionNode }
  | { kind: 'list'; items: ExpressionNode[] }
  | { kind: 'map'; entries: [ExpressionNode, ExpressionNode][] }
  | { kind: 'not' | 'negate'; of: ExpressionNode }
  | { kind: 'and' | 'or'; left: ExpressionNode; right: ExpressionNode }
  | { kind: 'choice'; condition: ExpressionNode; yes: ExpressionNode; no: ExpressionNode }
  | { kind: 'binary'; operator: BinaryOperator; left: ExpressionNode; right: ExpressionNode }
  | { kind: 'call'; name: string; call: CelFunction['call']; args: ExpressionNode[] }
  | { kind: 'quantify'; quantifier: Quantifier; range: ExpressionNode; slot: number; predicate: ExpressionNode }
  /** `map` and `filter`: those elements for which `keep` holds, each as `yields` makes it. */
  | {
      kind: 'collect'
      range: ExpressionNode
      slot: number
      keep: ExpressionNode | null
      yields: ExpressionNode
    }

/** A name that the surroundings must know; `at` is the offset in the source. */
export type Reference =
  | { root: 'input' | 'result' | 'error'; at: number }
  | { root: 'session'; field: string; at: number }
  | { root: 'tasks'; taskId: string; at: number }

export interface Expression {
  source: string
  tree: ExpressionNode
  references: readonly Reference[]
}
