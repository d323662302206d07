--- The diagnostics of a buffer from all sources, in the form of the protocol.
--- Neovim sends to a server only the diagnostics of that server, and fim-lsp has none.
local M = {}

--- The 0-based `row` and the byte `column` of `buf` as a position in `encoding`.
function M.position(buf, row, column, encoding)
  local line = vim.api.nvim_buf_get_lines(buf, row, row + 1, false)[1] or ""
  local bytes = math.min(column, #line)
  if encoding == "utf-8" then
    return { line = row, character = bytes }
  elseif vim.fn.has("nvim-0.11") == 1 then
    return { line = row, character = vim.str_utfindex(line, encoding, bytes, false) }
  end
  local utf32, utf16 = vim.str_utfindex(line, bytes)
  return { line = row, character = encoding == "utf-16" and utf16 or utf32 }
end

--- The diagnostics that touch the rows from `first` to `last`, both 0-based.
---@param buf integer
---@param first integer
---@param last integer
---@param encoding string
---@return table[] LSP diagnostics
function M.between(buf, first, last, encoding)
  local touching = vim.tbl_filter(function(diagnostic)
    return diagnostic.lnum <= last and (diagnostic.end_lnum or diagnostic.lnum) >= first
  end, vim.diagnostic.get(buf))
  return vim.tbl_map(function(diagnostic)
    local from_server = vim.tbl_get(diagnostic, "user_data", "lsp") or {}
    local last_row = diagnostic.end_lnum or diagnostic.lnum
    return {
      range = {
        start = M.position(buf, diagnostic.lnum, diagnostic.col, encoding),
        ["end"] = M.position(buf, last_row, diagnostic.end_col or diagnostic.col, encoding),
      },
      message = diagnostic.message,
      severity = diagnostic.severity,
      source = diagnostic.source,
      code = diagnostic.code,
      relatedInformation = from_server.relatedInformation,
    }
  end, touching)
end

return M
