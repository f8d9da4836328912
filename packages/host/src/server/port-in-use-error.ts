/** The port is taken: a person has to choose, so the caller adds which option or variable does. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError'
  readonly port: number

  constructor(port: number, options?: ErrorOptions) {
    super(`Port ${port} is already in use`, options)
    this.port = port
  }
}
