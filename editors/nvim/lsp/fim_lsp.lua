-- What Neovim needs to start the server; `vim.lsp.config("fim_lsp", {…})` overrides any of it.
local server = require("fim_lsp.server")

return {
  cmd = { "fim-lsp", "--stdio" },
  root_markers = { ".git", ".fim-lsp.toml" },
  reuse_client = server.reuse_client,
  capabilities = server.capabilities(),
  handlers = server.handlers,
  on_attach = server.on_attach,
  on_init = server.on_init,
  on_exit = server.on_exit,
}
