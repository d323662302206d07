--- Keys in insert mode that act on ghost text, and do what they did before where there is none.
local M = {}

M.DEFAULT = { accept = "<Tab>", accept_word = "<M-Right>", next = "<M-]>", dismiss = "<C-]>" }

M.mapped = {} ---@type table<string, string> key to the function's name

--- Maps `key` to `run`, which returns whether there was ghost text to act on.
---@param name string
---@param key string in Vim's notation
---@param run fun(): boolean
function M.map(name, key, run)
  local description = "fim-lsp: " .. name
  M.mapped[key] = name
  local earlier_key = ("<Plug>(fim-lsp-%s)"):format(name)
  local earlier = vim.fn.maparg(key, "i", false, true)
  if not vim.tbl_isempty(earlier) and earlier.desc ~= description then
    local lhs = vim.keycode(earlier_key)
    vim.fn.mapset("i", false, vim.tbl_extend("force", earlier, { lhs = earlier_key, lhsraw = lhs, buffer = 0 }))
  end
  vim.keymap.set("i", key, function()
    if run() then
      return
    end
    if vim.fn.maparg(earlier_key, "i") ~= "" then
      return vim.api.nvim_feedkeys(vim.keycode(earlier_key), "mit", false)
    end
    -- "t": only a key that counts as typed is what it is without a mapping. An unmapped
    -- Alt-] leaves insert mode, for instance; fed in any other way it would insert "]".
    -- Ctrl-] because a key that is fed without mapping does not expand an abbreviation.
    vim.api.nvim_feedkeys(vim.keycode("<C-]>" .. key), "nit", false)
  end, { desc = description })
end

--- Keys that were mapped here and that something else has taken since, here or in this buffer.
---@return table<string, string> key to the function's name
function M.lost()
  local lost = {}
  for key, name in pairs(M.mapped) do
    if vim.fn.maparg(key, "i", false, true).desc ~= "fim-lsp: " .. name then
      lost[key] = name
    end
  end
  return lost
end

return M
