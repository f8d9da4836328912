/**
 * What is shown to people: texts that others may have written, and colours that are ours. They stay apart until the terminal
 * joins them, so that a text can never bring an escape sequence of its own.
 */

export type Style = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold'

/** A text in a colour. In a template it is the text alone. */
export class Painted {
  readonly style: Style
  readonly text: string

  constructor(style: Style, text: string) {
    this.style = style
    this.text = text
  }

  toString(): string {
    return this.text
  }
}

/** One line, or a part of one. */
export type Text = string | Painted | readonly Text[]

export const paint = {
  red: (text: string) => new Painted('red', text),
  green: (text: string) => new Painted('green', text),
  yellow: (text: string) => new Painted('yellow', text),
  cyan: (text: string) => new Painted('cyan', text),
  dim: (text: string) => new Painted('dim', text),
  bold: (text: string) => new Painted('bold', text),
} satisfies Record<Style, (text: string) => Painted>

/** Control characters of both sets with every line break, what turns the direction of writing, and half surrogates. */
const STEERS = /[\p{Cc}\p{Bidi_Control}\p{Cs}\u2028\u2029]/gu

/** The text as one line that steers no terminal: each character that would is shown as U+FFFD. */
export function visible(text: string): string {
  return text.replace(STEERS, '\u{fffd}')
}

/** The lines of a text of several. */
export function linesOf(text: string): string[] {
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n')
}
