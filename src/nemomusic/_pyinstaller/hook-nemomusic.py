"""PyInstaller's hook: modules that are imported when they are needed, and files of data."""

from PyInstaller.utils.hooks import collect_data_files, collect_submodules

hiddenimports = collect_submodules("nemomusic")
datas = collect_data_files("nemomusic")
