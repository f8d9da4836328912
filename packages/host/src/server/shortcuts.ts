/**
 * A way past Fastify for the few routes that are called all the time. A shortcut answers the usual request, which costs it
 * three quarters of what Fastify takes for one that does nothing; whatever is unusual about a request, it goes to the route
 * of the same address in Fastify, whose answer is the one that counts.
 *
 * Invariants
 * 1. A request is taken, or declined untouched. One that was taken can still be handed on, with what was read of it.
 * 2. What a shortcut answers, the route would have answered alike, with the same headers.
 * 3. Nothing that is refused is answered here: errors have one place.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { PrintedAnswer } from './answer/printed-answer.ts'
import type { WholeRequest } from './body/whole-request.ts'

export interface Shortcut {
  /** Begins to answer the request, or returns `false` before it has touched it. */
  take(request: WholeRequest, response: ServerResponse, exits: Exits): boolean
}

/** How a request that was taken leaves again: one of them, once. */
export interface Exits {
  /** Answers with JSON that is printed already. */
  answer(request: IncomingMessage, response: ServerResponse, status: number, json: string): void
  /** Gives it to Fastify after all, with what was found out on the way. */
  handOn(request: IncomingMessage, response: ServerResponse, found: Found): void
}

export interface Found {
  /** The body, where it was read. */
  body?: Buffer
  /** What the route is to throw: the work was tried, and must not be tried again. */
  failure?: unknown
}

const handedOn = new WeakMap<IncomingMessage, Found>()

/** What a shortcut found out about a request that it handed on. */
export function foundBefore(request: IncomingMessage): Found | undefined {
  return handedOn.get(request)
}

/** The listener of a server whose usual requests see the shortcuts before `rest`. */
export function shortcutListener(options: {
  shortcuts: readonly Shortcut[]
  isUsual: (request: IncomingMessage) => boolean
  requestIdOf: (request: IncomingMessage) => string
  answer: PrintedAnswer
  rest: RequestListener
}): RequestListener<typeof WholeRequest> {
  const { shortcuts, isUsual, requestIdOf, answer, rest } = options
  const exits: Exits = {
    answer: (request, response, status, json) => answer(response, requestIdOf(request), status, json),
    handOn(request, response, found) {
      handedOn.set(request, found)
      rest(request, response)
    },
  }
  return (request, response) => {
    if (isUsual(request)) for (const shortcut of shortcuts) if (shortcut.take(request, response, exits)) return
    rest(request, response)
  }
}
