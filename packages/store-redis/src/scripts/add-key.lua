--[[
Adds an API key.

KEYS[1]  the meta hash of what belongs to no partition; every other key begins with the same prefix, and lies in the same slot
ARGV[1]  the store's id
ARGV[2]  the key's id
ARGV[3]  the SHA-256 of the key, in hex
ARGV[4]  what is kept of it, as JSON

Returns  1; 0 where the id or the hash is taken

Guarantees: the revision rises with the key, in one.
]]
local call = redis.call
local prefix = string.sub(KEYS[1], 1, -5)
if call('HGET', KEYS[1], 'store') ~= ARGV[1] then return redis.error_reply('WRONGSTORE Redis holds another store, or none') end
local id, hash, text = ARGV[2], ARGV[3], ARGV[4]
if call('HEXISTS', prefix .. 'keys', id) == 1 or call('HSETNX', prefix .. 'keyHashes', hash, id) == 0 then return 0 end
call('HSET', prefix .. 'keys', id, text)
call('ZADD', prefix .. 'keyIds', 0, id)
call('SADD', prefix .. 'keysOpen', id)
call('HINCRBY', KEYS[1], 'keyRevision', 1)
return 1
