-- What Neovim needs to start the server; `vim.lsp.config("fim_lsp", {…})` overrides any of it.
local fim = require("fim_lsp")

return {
  cmd = { "fim-lsp", "--stdio" },
  root_markers = { ".git", ".fim-lsp.toml" },
  reuse_client = fim.reuse_client,
  capabilities = fim.capabilities(),
  handlers = { ["fim-lsp/status"] = fim.on_status },
  on_attach = fim.on_attach,
  on_init = fim.on_init,
  on_exit = fim.on_exit,
}
