import type { RequestListener } from 'node:http'
import type { WholeRequest } from './body/whole-request.ts'

/**
 * Takes a prefix such as `/ops` off every address that has it, so that a proxy in front may leave it there or take it off itself. With an
 * empty one the listener is handed back as it is.
 */
export function withoutBasePath(
  basePath: string,
  listener: RequestListener<typeof WholeRequest>,
): RequestListener<typeof WholeRequest> {
  if (basePath === '') return listener
  return (request, response) => {
    const { url = '/' } = request
    if (url.startsWith(basePath)) {
      const rest = url.slice(basePath.length)
      if (rest === '' || rest.startsWith('?')) request.url = `/${rest}`
      else if (rest.startsWith('/')) request.url = rest
    }
    listener(request, response)
  }
}
