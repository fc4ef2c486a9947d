// The page is there only to post its form; without this script its button does.
document.getElementById("response").submit();
