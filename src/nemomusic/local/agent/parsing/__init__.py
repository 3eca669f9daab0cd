"""Parse messages: words in English and Chinese, and the rules that find intents in them."""
