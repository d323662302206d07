--- Changes Neovim's requests to fim-lsp, and the answers to them.
local diagnostics = require("fim_lsp.diagnostics")
local ghost = require("fim_lsp.ghost")

local M = {}

local latest = {} ---@type table<integer, integer> buffer to the number of its newest request

--- Code actions are asked for with the diagnostics of every source, so that Fix is listed.
local function with_diagnostics(client, params, buf)
  local range = params.range
  local known = diagnostics.between(buf, range.start.line, range["end"].line, client.offset_encoding)
  return vim.tbl_extend("force", params, {
    context = vim.tbl_extend("force", params.context or {}, { diagnostics = known }),
  })
end

--- Calls `handler` for the newest request only, and only if the text has not changed.
local function only_fresh(client, handler, buf)
  local number, tick = (latest[buf] or 0) + 1, vim.api.nvim_buf_get_changedtick(buf)
  latest[buf] = number
  return function(err, result, context, ...)
    local is_loaded = vim.api.nvim_buf_is_loaded(buf)
    if is_loaded and latest[buf] == number and vim.api.nvim_buf_get_changedtick(buf) == tick then
      local answer = handler(err, result, context, ...)
      ghost.answered(client, buf, result)
      return answer
    end
  end
end

---@param client vim.lsp.Client
function M.install(client)
  local request = client.request
  client.request = function(...)
    local arguments, count = { ... }, select("#", ...)
    -- Neovim 0.10 calls it as a function, later ones as a method.
    local first = type(arguments[1]) == "table" and 2 or 1
    local method, params, handler, buf = unpack(arguments, first, first + 3)
    buf = (buf == nil or buf == 0) and vim.api.nvim_get_current_buf() or buf
    if method == "textDocument/codeAction" then
      arguments[first + 1] = with_diagnostics(client, params, buf)
    elseif method == "textDocument/inlineCompletion" and handler then
      arguments[first + 2] = only_fresh(client, handler, buf)
    end
    return request(unpack(arguments, 1, count))
  end
end

return M
