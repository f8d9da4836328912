--[[
Reads the API keys that were not revoked, with the revision that they are of.

KEYS[1]  the meta hash of what belongs to no partition; every other key begins with the same prefix, and lies in the same slot

Returns  the revision, then each key as JSON
]]
local call = redis.call
local prefix = string.sub(KEYS[1], 1, -5)
local found = { call('HGET', KEYS[1], 'keyRevision') or '0' }
for _, id in ipairs(call('SMEMBERS', prefix .. 'keysOpen')) do found[#found + 1] = call('HGET', prefix .. 'keys', id) end
return found
