import type { CreatedKey, CreateKeyRequest, KeyView, Page } from '@opscore/contract'
import type { CallOptions, Transport } from '../transport.ts'
import type { PageOptions } from './agent-calls.ts'

export type KeyCalls = ReturnType<typeof keyCalls>

/** API keys; all of it takes a key with the scope `admin`. */
export function keyCalls(transport: Transport) {
  const at = (...rest: string[]) => ['v1', 'opscore', 'key', ...rest]
  return {
    /**
     * Makes a key. The answer alone has it, so it is not repeated: where the answer was lost, look for the key by its name,
     * revoke it, and make another.
     */
    create(request: CreateKeyRequest, { signal }: CallOptions = {}): Promise<CreatedKey> {
      return transport.request({ method: 'POST', path: at(), body: request, signal })
    },
    /** The root key first, then the others in the order of their making, also those that hold no more. */
    list({ signal, ...query }: PageOptions = {}): Promise<Page<KeyView>> {
      return transport.request({ method: 'GET', path: at(), query, signal })
    },
    get(keyId: string, { signal }: CallOptions = {}): Promise<KeyView> {
      return transport.request({ method: 'GET', path: at(keyId), signal })
    },
    /** Once this resolves the key is refused; on other nodes within a second. */
    async revoke(keyId: string, { signal }: CallOptions = {}): Promise<void> {
      await transport.request({ method: 'DELETE', path: at(keyId), signal })
    },
  }
}
