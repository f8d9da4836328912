--[[
Revokes an API key, where that was not done before.

KEYS[1]  the meta hash of what belongs to no partition; every other key begins with the same prefix, and lies in the same slot
ARGV[1]  the store's id
ARGV[2]  the key's id
ARGV[3]  the time, in milliseconds

Returns  nothing

Guarantees: the time of the first revocation stands, and the revision rises with that one alone.
]]
local call = redis.call
local prefix = string.sub(KEYS[1], 1, -5)
if call('HGET', KEYS[1], 'store') ~= ARGV[1] then return redis.error_reply('WRONGSTORE Redis holds another store, or none') end
if call('SREM', prefix .. 'keysOpen', ARGV[2]) == 1 then
  call('HSET', prefix .. 'keysRevoked', ARGV[2], ARGV[3])
  call('HINCRBY', KEYS[1], 'keyRevision', 1)
end
return false
