--- What is called differently in Neovim 0.10 and in later versions.
local M = {}

--- Sends a request: Neovim 0.10 takes the client's functions without self.
function M.request(client, ...)
  if vim.fn.has("nvim-0.11") == 1 then
    return client:request(...)
  end
  return client.request(...)
end

--- The byte column of an LSP position in `line`.
---@param line string
---@param character integer counted in `encoding`
---@param encoding string utf-8, utf-16 or utf-32
---@return integer byte counted from 0
function M.byte_of(line, character, encoding)
  if encoding == "utf-8" then
    return character
  elseif vim.fn.has("nvim-0.11") == 1 then
    return vim.str_byteindex(line, encoding, character, false)
  end
  return vim.str_byteindex(line, math.min(character, vim.fn.strutf16len(line)), true)
end

return M
