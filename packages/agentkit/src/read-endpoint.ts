import { ApiError, checkEndpoint, type NetworkPolicy, shownInput } from '@opscore/host'

/**
 * The URL in a body's field as every URL parser prints it: pydantic's `HttpUrl` does, so a bare origin ends in a slash. Throws
 * `ENDPOINT_REFUSED`, with FastAPI's list, where it is outside of what is allowed.
 */
export function readEndpoint(policy: NetworkPolicy, field: string, text: string): string {
  const endpoint = checkEndpoint(policy, text)
  if (endpoint.ok) return endpoint.url.href
  const { reason } = endpoint
  throw new ApiError('ENDPOINT_REFUSED', `${field}: ${reason}`, {
    issues: [
      { loc: ['body', field], msg: `Value error, ${reason}`, type: 'value_error', input: shownInput(text, field) },
    ],
    errors: [{ path: `/body/${field}`, message: reason }],
  })
}
