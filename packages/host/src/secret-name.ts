/** How a field, header or variable is called that holds a credential: whoever prints it prints something else. */
const SECRET_NAME =
  /(?:authorization|cookie|signature|secret|password|passphrase|token|credentials?|(?:api|access|private|secret)[-_]?key)$/i

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name)
}
