--- :checkhealth fim_lsp
local M = {}

function M.check()
  local health, fim = vim.health, require("fim_lsp")
  health.start("fim-lsp")
  if vim.lsp.inline_completion then
    health.ok("ghost text: Neovim's own inline completion")
  elseif vim.fn.has("nvim-0.10") == 1 then
    health.ok("ghost text: drawn by this plugin (Neovim 0.12 has its own)")
  else
    health.error("Neovim 0.10 or newer is needed")
  end
  local client = fim.client()
  local command = client and client.config.cmd or { "fim-lsp", "--stdio" }
  local program = command[1]
  if vim.fn.executable(program) == 0 then
    health.error(program .. " is not there", { "pipx install . in a clone of fim-lsp", "or give setup{ cmd = { \"/path/to/fim-lsp\" } }" })
  else
    local ask = vim.tbl_filter(function(word) return word ~= "--stdio" end, command)
    local version = vim.fn.system(vim.list_extend(ask, { "--version" }))
    health.ok(vim.trim(version) .. ", " .. vim.fn.exepath(program))
  end
  if not client then
    health.warn("no server is running", { "open a file", "call require(\"fim_lsp\").setup()", ":FimLsp log" })
  else
    health.ok("server running; " .. fim.status())
  end
  local keys = require("fim_lsp.keys")
  local modes = { i = "insert mode", n = "normal mode" }
  local lost = keys.lost()
  for _, mapping in ipairs(lost) do
    local advice = "call require(\"fim_lsp\").%s() in that mapping; it returns whether there was something to act on"
    local verbose = (":verbose %smap %s"):format(mapping.mode, mapping.key)
    health.warn(("%s is mapped by something else now"):format(mapping.key), { advice:format(mapping.name), verbose })
  end
  for _, mapping in ipairs(keys.mapped) do
    if not vim.tbl_contains(lost, mapping) then
      health.info(("%s in %s: %s"):format(mapping.key, modes[mapping.mode], mapping.name))
    end
  end
end

return M
