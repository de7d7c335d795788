"""What an administrator of a server does with its data folder.

inventory.py   the files of a data folder that a backup holds, and those that it leaves out
databases.py   copies of SQLite files that others are writing
contents.py    what a backup says of itself: every file with size and SHA-256
archive.py     a backup as a folder or as one tar file: written, read, checked
backup.py      take a backup while people work
restore.py     put one back into an empty folder
upgrade.py     a data folder without workspaces -> a workspace of a server for a team
"""
