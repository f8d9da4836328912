/**
 * What a command refuses before it does anything: an empty value, as of a variable that is not set, and what is no id. An id is a
 * part of an address, where nothing, `.` and `..` name something else.
 *
 * It goes by what help calls the value, so that it holds for every command: `<id>`, `<ids>` and `<…-id>` are ids, and `<text>`
 * alone may be empty.
 */
import { type Argument, type Command, InvalidArgumentError, type Option } from 'commander'

const ID = /(^|-)ids?$/

/** Holds the command and all below it to this. */
export function refuseEmptyValues(command: Command): void {
  for (const argument of command.registeredArguments) guard(argument, argument.name())
  for (const option of command.options) {
    const [, kind] = /<([\w-]+)>/.exec(option.flags) ?? []
    if (kind !== undefined && kind !== 'text') guard(option, kind)
  }
  for (const inner of command.commands) refuseEmptyValues(inner)
}

function guard(value: Argument | Option, kind: string): void {
  // Several files are told apart by reading them.
  if (value.variadic) return
  const { parseArg } = value
  value.argParser((text: string, previous: unknown) => {
    if (text === '') throw new InvalidArgumentError('It must not be empty.')
    if (ID.test(kind)) checkIds(kind.endsWith('ids') ? text.split(',') : [text])
    return parseArg ? parseArg(text, previous) : text
  })
}

function checkIds(texts: string[]): void {
  const off = texts.map((text) => text.trim()).find((id) => id === '.' || id === '..')
  if (off !== undefined) throw new InvalidArgumentError(`"${off}" is no id.`)
}
